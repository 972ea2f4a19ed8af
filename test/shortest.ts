/** Milliseconds of the quickest of some tries: a busy machine holds up some of them, but not all. */
export async function shortest(tries: number, work: () => unknown): Promise<number> {
  let least = Infinity
  for (let at = 0; at < tries; at += 1) {
    const began = performance.now()
    await work()
    least = Math.min(least, performance.now() - began)
  }
  return least
}
