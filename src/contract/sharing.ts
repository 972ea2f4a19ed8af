import { z } from 'zod'
import { idSchema } from './datasets'

/** What a file of runs is named; the system opens it with Graft. */
export const sharedEnding = '.graft'

/** Runs that one file may hold: a study of some size with its controls. */
export const mostShared = 256

/** `graft.json`, the first thing in a file of runs: what is in it, so that every other byte can be held against it. */
export const sharedManifestSchema = z.object({
  schemaVersion: z.literal(1),
  /** The version of Graft that wrote it. */
  graft: z.string(),
  createdAt: z.iso.datetime(),
  /** The runs that were asked for come first, then the controls of their studies. */
  runs: z.array(z.object({ id: idSchema, name: z.string() })).min(1).max(mostShared),
  /** Size and SHA-256 of every file, by its path in the archive, e.g. `runs/<id>/run.json`. */
  files: z.record(z.string().max(500), z.object({ bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
})
export type SharedManifest = z.infer<typeof sharedManifestSchema>

export const saveRunsSchema = z.object({
  ids: z.array(idSchema).min(1).max(mostShared), path: z.string().min(1), replace: z.boolean()
})
export type SaveRuns = z.infer<typeof saveRunsSchema>

export const savedRunsSchema = z.object({
  path: z.string(), bytes: z.int(),
  /** All that is in it, the controls too. */
  runs: sharedManifestSchema.shape.runs
})
export type SavedRuns = z.infer<typeof savedRunsSchema>

export const openedRunsSchema = z.object({
  /** In the file's order; `there` of one that was here already, which is left as it is. */
  runs: z.array(z.object({ id: idSchema, name: z.string(), there: z.boolean() })),
  /** Data sets that they speak of and that are not here: figures and answers can be seen, their pictures cannot. */
  missingDatasets: z.array(z.string())
})
export type OpenedRuns = z.infer<typeof openedRunsSchema>

/** What Graft is asked to show from outside: by a file that was opened, or an address `graft://run/ID`. */
export const shownSchema = z.object({ runs: z.array(idSchema).min(1) })
export type Shown = z.infer<typeof shownSchema>
