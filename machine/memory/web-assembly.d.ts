/** The one part of the WebAssembly interface that the machine uses; declared here because machine/ has no DOM types. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
}
