/** [height, width] as a person writes it: `32`, `32x48`, `32 × 48`; undefined where it is not that. */
export function readSize(text: string): [number, number] | undefined {
  const match = /^\s*(\d{1,6})\s*(?:[x×*]\s*(\d{1,6})\s*)?$/i.exec(text)
  if (match === null) return undefined
  const height = Number(match[1])
  return [height, match[2] === undefined ? height : Number(match[2])]
}
