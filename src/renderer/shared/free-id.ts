/** An id made of a name that nothing has yet: `digits`, then `digits-2`. Empty when no letter is left. */
export function freeId(name: string, taken: readonly string[]): string {
  const slug = name.normalize('NFKD').replace(/[^A-Za-z0-9._]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '').toLowerCase().slice(0, 90)
  if (slug === '' || !taken.includes(slug)) return slug
  let number = 2
  while (taken.includes(`${slug}-${number}`)) number += 1
  return `${slug}-${number}`
}
