// `28/Nov/2026:16:03:21 +0000`: how Apache writes the time, in the zone of this machine.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (number: number): string => String(number).padStart(2, '0')

const zone = (minutes: number): string => {
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`
}

export const logTime = (time: Date): string =>
  `${two(time.getDate())}/${months[time.getMonth()]}/${time.getFullYear()}:` +
  `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} ${zone(-time.getTimezoneOffset())}`
