/**
 * How many random inputs a test takes: all of them in `npm test`, which sets GRAFT_CASES, and a twentieth elsewhere, so
 * that `npm run check` stays short. fast-check draws anew each time, so that the short runs too see all sorts in the end.
 */
export const cases = (all: number): number => process.env.GRAFT_CASES === 'all' ? all : Math.ceil(all / 20)
