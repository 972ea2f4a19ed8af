import { join } from 'node:path'
import { z } from 'zod'
import { settingsSchema, type Settings } from '../../contract/app'
import { GraftError } from '../../contract/errors'
import type { Language } from '../../contract/text'
import { readJson, setAside, writeJsonDurably } from '../../library/disk'

/** What crosses the border to the window may hold undefined in place of a setting. */
type SettingsChange = { [Name in keyof Settings]?: Settings[Name] | undefined }

const fileSchema = settingsSchema.extend({ schemaVersion: z.literal(1) })

export const defaultSettings: Settings = { language: 'system', theme: 'system', device: 'auto' }

/** The language that a setting comes to on a system with this locale. */
export function languageOf(setting: Settings['language'], locale: string): Language {
  if (setting !== 'system') return setting
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** `settings.json` in the data folder. A damaged file is set aside, and the settings begin anew. */
export class SettingsStore {
  readonly #path: string
  #current: Promise<Settings> | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** `onSetAside` hears of a file that could not be read, with the place it was put. */
  constructor(dataDir: string, private readonly onSetAside: (path: string) => void) {
    this.#path = join(dataDir, 'settings.json')
  }

  get(): Promise<Settings> {
    this.#current ??= this.#read()
    return this.#current
  }

  /** Changes some settings; one that is undefined stays as it is. Changes follow one another, so none is lost. */
  set(change: SettingsChange): Promise<Settings> {
    const write = async (): Promise<Settings> => {
      const named = Object.entries(change).filter(([, value]) => value !== undefined)
      const settings = settingsSchema.parse({ ...await this.get(), ...Object.fromEntries(named) })
      await writeJsonDurably(this.#path, { schemaVersion: 1, ...settings })
      this.#current = Promise.resolve(settings)
      return settings
    }
    const written = this.#last.then(write)
    this.#last = written.catch(() => undefined)
    return written
  }

  async #read(): Promise<Settings> {
    try {
      const { schemaVersion: _version, ...settings } = await readJson(this.#path, fileSchema)
      return settings
    } catch (error) {
      if (error instanceof GraftError && error.code === 'not-found') return defaultSettings
      const aside = await setAside(this.#path)
      this.onSetAside(aside ?? this.#path)
      return defaultSettings
    }
  }
}
