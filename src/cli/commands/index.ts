import type { CliCommand } from './shared/command'

/** Every command, in the order of the help. Each is loaded when it is called, or all of them for the help. */
export const commands: Readonly<Record<string, () => Promise<CliCommand>>> = {
  doctor: async () => (await import('./doctor')).doctor,
  demo: async () => (await import('./demo')).demo,
  datasets: async () => (await import('./datasets')).datasets,
  models: async () => (await import('./models')).models,
  methods: async () => (await import('./methods')).methods,
  advise: async () => (await import('./advise')).advise,
  rates: async () => (await import('./rates')).rates,
  run: async () => (await import('./run')).run,
  stop: async () => (await import('./stop')).stop,
  resume: async () => (await import('./resume')).resume,
  evaluate: async () => (await import('./evaluate')).evaluate,
  predict: async () => (await import('./predict')).predict,
  serve: async () => (await import('./serve')).serve,
  features: async () => (await import('./features')).features,
  runs: async () => (await import('./runs')).runs,
  study: async () => (await import('./study')).study,
  workers: async () => (await import('./workers')).workers,
  gauntlet: async () => (await import('./gauntlet')).gauntlet,
  bench: async () => (await import('./bench')).bench,
  repair: async () => (await import('./repair')).repair,
  catalogue: async () => (await import('./catalogue')).catalogue
}
