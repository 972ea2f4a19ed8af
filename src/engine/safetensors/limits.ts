/** Bounds for what an untrusted file may make Graft do. */
export interface ReadLimits {
  /** Bytes of all tensors together as 32-bit numbers. */
  bytes: number
  tensors: number
  signal?: AbortSignal
  /** Bytes read and to read. */
  onProgress?(done: number, total: number): void
}
export const readLimits: ReadLimits = { bytes: 2 ** 31, tensors: 20_000 }
