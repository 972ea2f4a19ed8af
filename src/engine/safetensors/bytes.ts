/** The bytes that a typed array stands on, in place. */
export const bytesOf = (data: Float32Array | Int32Array | Int8Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
