// One act again and again, side by side.

/** Runs `lanes` loops for some seconds; the time of every turn in milliseconds. */
export const repeat = async (
  lanes: number,
  seconds: number,
  turn: (lane: number) => Promise<unknown>,
): Promise<readonly number[]> => {
  const times: number[] = []
  const end = performance.now() + seconds * 1000
  const loop = async (lane: number) => {
    while (performance.now() < end) {
      const start = performance.now()
      await turn(lane)
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => loop(lane)))
  return times
}
