const marks = ['M-1.5 0H1.5', 'M0-2V2', 'M-1.5-1.5L1.5 1.5'] as const

/** The stroke, as an SVG path around its point, that tells classes of one colour apart; none for those that have it first. */
export const classMarks = (round: number): string | undefined => round === 0 ? undefined : marks[(round - 1) % marks.length]
