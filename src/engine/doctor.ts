import type { Doctor } from '../contract/doctor'
import { toErrorValue } from '../contract/errors'
import type { Text } from '../contract/text'
import { freeBytes } from '../library/disk'
import { embeddedIds, findEmbedded } from '../library/models'
import { bfloat16Here } from '../library/runs'
import { bfloat16With } from '../rules/settings/bfloat16'
import { detectBackends } from './runtime'
import { runtimeFolder, setUpProblem } from './runtime/location'
import { versions } from './versions'

/** Which backends there are and which one runs, why not the better ones, and what would change that. */
export async function diagnose(dataDir: string, cacheDir: string): Promise<Doctor> {
  const { chosen, backends, functions } = await detectBackends(cacheDir)
  return {
    chosen,
    backends,
    functions,
    bfloat16: bfloat16With(functions, await bfloat16Here()),
    versions: { ...versions(), [chosen.kind]: chosen.library },
    folders: { data: dataDir, cache: cacheDir },
    freeDiskBytes: await freeBytes(dataDir),
    models: await embeddedModels(cacheDir)
  }
}

const usualRemedy: Text = { en: 'Run "npm run setup" in the checkout, or install Graft again.', zh: '请在源码目录运行“npm run setup”，或重新安装 Graft。' }

/** The models that come with Graft: whether they lie on this machine, and what brings those that do not. */
async function embeddedModels(cacheDir: string): Promise<Doctor['models']> {
  const folder = runtimeFolder(cacheDir)
  let reason: Text = { en: `${folder} has none.`, zh: `${folder} 中没有。` }
  const found = await findEmbedded([folder]).catch((error: unknown) => {
    reason = toErrorValue(error).message
    return []
  })
  const failed = setUpProblem(cacheDir, 'models')
  return embeddedIds.map((id) => {
    const model = found.find((one) => one.id === id)
    if (model) return { id, name: model.name, available: true, licence: model.licence, source: model.source }
    return {
      id, name: id, available: false,
      // Set-up's own words are English.
      reason: failed ? { en: `${failed.reason}.`, zh: `${failed.reason}。` } : reason,
      remedy: failed ? { en: `${failed.remedy}.`, zh: `${failed.remedy}。` } : usualRemedy
    }
  })
}
