// Runs beside the page: hands the microphone's samples on in frames of 20 ms.

const FRAME = 960;

class Ear extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frame = new Float32Array(FRAME);
    this.filled = 0;
  }

  process(inputs) {
    const heard = inputs[0][0];
    if (!heard) return true;
    for (let at = 0; at < heard.length; ) {
      const piece = heard.subarray(at, at + Math.min(heard.length - at, FRAME - this.filled));
      this.frame.set(piece, this.filled);
      this.filled += piece.length;
      at += piece.length;
      if (this.filled === FRAME) {
        this.port.postMessage(this.frame, [this.frame.buffer]);
        this.frame = new Float32Array(FRAME);
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("loa-ear", Ear);
