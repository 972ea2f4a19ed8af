import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson, writeJsonDurably } from '../disk/files'

/** How a training is asked to stop: after the epoch it is in, and it is then done; or at once, and it can be resumed. */
const stopWishSchema = z.object({ how: z.enum(['after-epoch', 'now']), at: z.iso.datetime() })
type StopWish = z.infer<typeof stopWishSchema>['how']

const fileOf = (folder: string): string => join(folder, 'stop.json')

/**
 * Leaves a wish in a run's folder. Whoever trains the run reads it there, in whatever process that is: the window's
 * worker, a terminal, another machine on the same disk. A later wish takes the place of an earlier one.
 */
export const wishToStop = (folder: string, how: StopWish): Promise<void> =>
  writeJsonDurably(fileOf(folder), stopWishSchema.parse({ how, at: new Date().toISOString() }))

/** The wish that stands; undefined where there is none. One that cannot be read asks for nothing. */
export const stopWish = async (folder: string): Promise<StopWish | undefined> =>
  (await readJson(fileOf(folder), stopWishSchema).catch(() => undefined))?.how

/** Takes the wish back, or is done with it. */
export const forgetStopWish = (folder: string): Promise<void> => fs.rm(fileOf(folder), { force: true })
