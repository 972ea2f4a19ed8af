/** The teacher's blocks that a hint is taken of: the named ones, or else the one in the middle. */
export const hintBlocks = (named: readonly string[], teacher: readonly string[]): readonly string[] =>
  named.length > 0 ? named : [teacher[Math.floor((teacher.length - 1) / 2)]!]

/** The student's block that a teacher's is compared with: the one of its name, or else the one as deep. */
export function counterpart(name: string, teacher: readonly string[], student: readonly string[]): string {
  if (student.includes(name)) return name
  const depth = (teacher.indexOf(name) + 1) / teacher.length
  return student[Math.max(0, Math.round(depth * student.length) - 1)]!
}
