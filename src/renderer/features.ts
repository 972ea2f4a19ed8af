import type { Feature } from './shared/feature'

const modules = import.meta.glob<{ feature: Feature }>('./features/*/index.ts', { eager: true })

/** Every folder in `features/` that has an `index.ts`. */
export const features: readonly Feature[] = Object.values(modules).map((module) => module.feature)
