/** Tensors' types by the schema's numbers. */
export const types = { float: 0, half: 1, int32: 2, uint8: 3, int64: 4, bool: 6, int16: 7, int8: 9 } as const
