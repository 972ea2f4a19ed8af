export function halved(numbers: Float32Array): { bits: Uint16Array, values: Float32Array }
export function writeHalved(from: string, to: string): Promise<void>
