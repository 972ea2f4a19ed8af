import { adviceHandlers } from './advice'
import { appHandlers } from './app'
import { cameraHandlers } from './camera'
import { comparisonsHandlers } from './comparisons'
import type { AppHandlers, HandlerContext } from './context'
import { datasetsHandlers } from './datasets'
import { jobsHandlers } from './jobs'
import { methodsHandlers } from './methods'
import { modelsHandlers } from './models'
import { runsHandlers } from './runs'
import { settingsHandlers } from './settings'
import { updatesHandlers } from './updates'
import { workersHandlers } from './workers'
import { xrayHandlers } from './xray'

/** Every request of the contract, answered: one file a noun. */
export function createHandlers(context: HandlerContext): AppHandlers {
  return {
    app: appHandlers(context),
    settings: settingsHandlers(context),
    updates: updatesHandlers(context),
    camera: cameraHandlers(context),
    datasets: datasetsHandlers(context),
    models: modelsHandlers(context),
    methods: methodsHandlers(context),
    advice: adviceHandlers(context),
    xray: xrayHandlers(context),
    runs: runsHandlers(context),
    comparisons: comparisonsHandlers(context),
    jobs: jobsHandlers(context),
    workers: workersHandlers(context),
    notices: {}
  }
}
