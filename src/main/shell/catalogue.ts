import { join } from 'node:path'
import { catalogueSchema, type Catalogue } from '../../contract/engine'
import { GraftError, toErrorValue } from '../../contract/errors'
import { readJson } from '../../library/disk'

/** What the engine knows, as the build wrote it: main asks without starting a worker. Throws `engine-missing`. */
export async function readCatalogue(engineFolder: string): Promise<Catalogue> {
  const path = join(engineFolder, 'catalogue.json')
  try {
    return await readJson(path, catalogueSchema)
  } catch (error) {
    throw new GraftError('engine-missing', {
      en: `The engine's catalogue ${path} cannot be read.`, zh: `无法读取引擎目录文件 ${path}。`
    }, {
      cause: error, details: toErrorValue(error).message.en,
      remedy: { en: 'Run “npm run build” in the checkout, or install Graft again.', zh: '请在源码目录运行“npm run build”，或重新安装 Graft。' }
    })
  }
}
