/**
 * The size at which an image of `height` × `width` pixels is drawn to fit into `size` pixels: a whole multiple
 * where it must be enlarged, its own shape shrunk where it is larger.
 */
export function tileSize(height: number, width: number, size: number): { width: number, height: number, enlarged: boolean } {
  const longest = Math.max(height, width)
  const scale = longest <= size ? Math.floor(size / longest) : size / longest
  return { width: Math.round(width * scale), height: Math.round(height * scale), enlarged: scale > 1 }
}
