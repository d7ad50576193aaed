// Messages to the server, written one behind the other into one piece of memory and handed out together.

const slabSize = 64 * 1024

export class MessageWriter {
  #slab = Buffer.allocUnsafeSlow(slabSize)
  #start = 0
  #at = 0

  /** Everything written since the last take. The memory is never written again. */
  take(): Buffer {
    const taken = this.#slab.subarray(this.#start, this.#at)
    this.#start = this.#at
    return taken
  }

  startup(parameters: Readonly<Record<string, string>>): void {
    const size = this.#openSize()
    this.#int32(196_608)
    for (const [name, value] of Object.entries(parameters)) {
      this.#cString(name)
      this.#cString(value)
    }
    this.#byte(0)
    this.#closeSize(size)
  }

  password(text: string): void {
    const size = this.#open(0x70)
    this.#cString(text)
    this.#closeSize(size)
  }

  saslInitial(mechanism: string, response: string): void {
    const size = this.#open(0x70)
    this.#cString(mechanism)
    this.#value(response)
    this.#closeSize(size)
  }

  saslResponse(response: string): void {
    const size = this.#open(0x70)
    this.#text(response)
    this.#closeSize(size)
  }

  parse(name: string, text: string): void {
    const size = this.#open(0x50)
    this.#cString(name)
    this.#cString(text)
    this.#int16(0)
    this.#closeSize(size)
  }

  describe(name: string): void {
    const size = this.#open(0x44)
    this.#byte(0x53)
    this.#cString(name)
    this.#closeSize(size)
  }

  /** Binds the unnamed portal: all values and all results as text. */
  bind(name: string, values: readonly (string | null)[]): void {
    const size = this.#open(0x42)
    this.#byte(0)
    this.#cString(name)
    this.#int16(0)
    this.#int16(values.length)
    for (const value of values) this.#value(value)
    this.#int16(0)
    this.#closeSize(size)
  }

  execute(): void {
    const size = this.#open(0x45)
    this.#byte(0)
    this.#int32(0)
    this.#closeSize(size)
  }

  closeStatement(name: string): void {
    const size = this.#open(0x43)
    this.#byte(0x53)
    this.#cString(name)
    this.#closeSize(size)
  }

  query(text: string): void {
    const size = this.#open(0x51)
    this.#cString(text)
    this.#closeSize(size)
  }

  sync(): void {
    this.#closeSize(this.#open(0x53))
  }

  flush(): void {
    this.#closeSize(this.#open(0x48))
  }

  terminate(): void {
    this.#closeSize(this.#open(0x58))
  }

  #open(type: number): number {
    this.#byte(type)
    return this.#openSize()
  }

  /** Leaves room for a size; its place is counted from the start, since the slab may move meanwhile. */
  #openSize(): number {
    const place = this.#at - this.#start
    this.#int32(0)
    return place
  }

  /** Sizes of messages count themselves. */
  #closeSize(place: number): void {
    this.#slab.writeInt32BE(this.#at - this.#start - place, this.#start + place)
  }

  #byte(value: number): void {
    this.#room(1)
    this.#slab[this.#at++] = value
  }

  #int16(value: number): void {
    this.#room(2)
    this.#at = this.#slab.writeUInt16BE(value, this.#at)
  }

  #int32(value: number): void {
    this.#room(4)
    this.#at = this.#slab.writeInt32BE(value, this.#at)
  }

  #text(text: string): void {
    // Three bytes a character is the most there can be; longer texts are counted instead.
    this.#room(text.length < 512 ? text.length * 3 : Buffer.byteLength(text))
    this.#at += this.#slab.write(text, this.#at)
  }

  #cString(text: string): void {
    this.#text(text)
    this.#byte(0)
  }

  #value(value: string | null): void {
    if (value === null) {
      this.#int32(-1)
      return
    }
    const place = this.#openSize()
    this.#text(value)
    // Sizes of values do not.
    this.#slab.writeInt32BE(this.#at - this.#start - place - 4, this.#start + place)
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#slab.length) return
    const written = this.#at - this.#start
    const slab = Buffer.allocUnsafeSlow(Math.max(slabSize, (written + bytes) * 2))
    this.#slab.copy(slab, 0, this.#start, this.#at)
    this.#slab = slab
    this.#start = 0
    this.#at = written
  }
}
