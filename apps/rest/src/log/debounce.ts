// A notice that comes in bursts: the first one at once, one more after the pause when there were others in it.

export const debounce = (pauseMs: number, act: () => void): (() => void) => {
  let isPausing = false
  let isOwed = false
  const begin = (): void => {
    act()
    isPausing = true
    isOwed = false
    setTimeout(() => {
      isPausing = false
      if (isOwed) begin()
    }, pauseMs).unref()
  }
  return () => {
    if (isPausing) isOwed = true
    else begin()
  }
}
