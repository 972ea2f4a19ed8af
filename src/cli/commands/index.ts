import type { CliCommand } from './shared/command'
import { advise } from './advise'
import { bench } from './bench'
import { catalogue } from './catalogue'
import { datasets } from './datasets'
import { demo } from './demo'
import { doctor } from './doctor'
import { evaluate } from './evaluate'
import { features } from './features'
import { gauntlet } from './gauntlet'
import { methods } from './methods'
import { models } from './models'
import { predict } from './predict'
import { repair } from './repair'
import { resume } from './resume'
import { run } from './run'
import { runs } from './runs'
import { serve } from './serve'
import { stop } from './stop'
import { study } from './study'
import { workers } from './workers'

/** Every command, in the order of the help. */
export const commands: readonly CliCommand[] = [
  doctor, demo, datasets, models, methods, advise, run, stop, resume, evaluate, predict, serve, features, runs, study, workers, gauntlet, bench, repair,
  catalogue
]
