import { join, resolve } from 'node:path'
import { z } from 'zod'
import { idSchema } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { ModelImportOptions } from '../../contract/models'
import { readJson } from '../disk'
import type { ModelCatalogue } from './catalogue'

/** The part of `current.json` (written by set-up and the installer) that names the models; paths may be relative to it. */
const currentSchema = z.object({ models: z.array(z.object({ id: idSchema, folder: z.string() })).default([]) })

/** `embedded.json`: one of `resources/models`, beside the files that it names. */
const embeddedSchema = z.object({
  schemaVersion: z.literal(1),
  id: idSchema,
  name: z.string(),
  file: z.string().regex(/^[\w.-]+$/),
  /** A JSON list of class names, in the order of the outputs. */
  classes: z.string().regex(/^[\w.-]+$/),
  licence: z.string(),
  attribution: z.string(),
  citation: z.string(),
  source: z.string()
})

/** A model that comes with Graft: where its file lies and what is to be said of it. */
export interface EmbeddedModel {
  id: string
  name: string
  licence: string
  source: string
  /** How it is imported. */
  options: ModelImportOptions
}

/** Ids of the models that set-up and the installers bring. */
export const embeddedIds = ['efficientnet-lite0'] as const

/**
 * The models that lie on this machine, from the first of the folders whose `current.json` names any.
 * @param runtimeFolders the best first
 * @throws GraftError naming a file that is damaged
 */
export async function findEmbedded(runtimeFolders: readonly string[]): Promise<EmbeddedModel[]> {
  for (const folder of runtimeFolders) {
    const current = await readJson(join(folder, 'current.json'), currentSchema).catch((error: unknown) => {
      if (error instanceof GraftError) return undefined
      throw error
    })
    if (!current || current.models.length === 0) continue
    return Promise.all(current.models.map((model) => readEmbedded(resolve(folder, model.folder))))
  }
  return []
}

async function readEmbedded(folder: string): Promise<EmbeddedModel> {
  const { id, name, file, classes, licence, attribution, citation, source } = await readJson(join(folder, 'embedded.json'), embeddedSchema)
  return {
    id, name, licence, source,
    options: {
      path: join(folder, file), id, name, credit: { embedded: true, licence, attribution: `${attribution} ${citation}`, source },
      classes: await readJson(join(folder, classes), z.array(z.string()))
    }
  }
}

/**
 * Those that the library lacks. One that a person removed stays away, unless `again` asks for it; whoever imports it then calls
 * `models.removedEmbedded.delete`.
 */
export async function missingEmbedded(
  models: ModelCatalogue, runtimeFolders: readonly string[], { again = false } = {}
): Promise<EmbeddedModel[]> {
  const wanted: string[] = []
  for (const id of embeddedIds) if (!await models.has(id)) wanted.push(id)
  if (wanted.length === 0) return []
  const removed = again ? [] : await models.removedEmbedded.list()
  return (await findEmbedded(runtimeFolders)).filter(({ id }) => wanted.includes(id) && !removed.includes(id))
}
