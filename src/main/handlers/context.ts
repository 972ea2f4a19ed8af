import type { AppContract, Damaged } from '../../contract/app'
import type { CameraPlace } from '../../contract/camera'
import type { Dataset } from '../../contract/datasets'
import type { Handlers } from '../../contract/define'
import type { Machine } from '../../contract/doctor'
import type { Catalogue } from '../../contract/engine'
import type { ModelSummary } from '../../contract/models'
import type { Run } from '../../contract/runs'
import type { Language } from '../../contract/text'
import type { Library } from '../../library'
import type { Cached } from '../shell/cached'
import type { SeldomLook } from '../shell/seldom-look'
import type { CameraPictures } from '../shell/camera-pictures'
import type { CameraGrant } from '../window/camera'
import type { Elsewhere } from '../jobs/elsewhere'
import type { Downloads } from '../jobs/downloads'
import type { SendEvent } from '../ipc'
import type { JobQueue } from '../jobs/jobs'
import type { ReaderPool } from '../window/reader-pool'
import type { SettingsStore } from '../shell/settings'
import type { Training } from '../jobs/training'
import type { Updates } from '../updates/updates'

export type AppHandlers = Handlers<AppContract>
type AppInfo = Awaited<ReturnType<AppHandlers['app']['info']>>

/** What only the system's desktop can do. */
export interface Desktop {
  info(): AppInfo
  /** Ends the program and starts it again. */
  restart(): void
  /** Shows a folder in the system's file manager. */
  openFolder(path: string): Promise<void>
  /** Shows a file in its folder. */
  showFile(path: string): void
  /** With `shown` the dialogue shows files of some endings first (with their dot); all can be chosen. */
  choosePath(kind: 'folder' | 'file', shown?: { name: string, endings: readonly string[] }): Promise<string | null>
  choosePictures(): Promise<string[]>
  /** Asks the person whether the camera may be used there. */
  askForCamera(place: CameraPlace): Promise<boolean>
  /** Whether the system lets this program use a camera. */
  cameraAllowed(): Promise<boolean>
  /** A path to write to, or null when the dialogue was closed. */
  chooseSaveAs(suggestedName: string): Promise<string | null>
  /** A page as a PDF on A4. */
  printPage(page: string): Promise<Uint8Array>
}

/** What handlers work with. */
export interface HandlerContext {
  library: Library
  catalogue: Cached<Catalogue>
  /** What computes here, looked at by a process of its own. */
  machine: Pick<SeldomLook<Machine>, 'get' | 'put'>
  lists: {
    datasets: Cached<{ datasets: Dataset[], damaged: Damaged[] }>
    models: Cached<{ models: ModelSummary[], damaged: Damaged[] }>
    runs: Cached<{ runs: Run[], damaged: Damaged[] }>
  }
  jobs: JobQueue
  training: Training
  elsewhere: Elsewhere
  downloads: Downloads
  readers: ReaderPool
  settings: SettingsStore
  updates: Updates
  camera: CameraGrant
  cameraPictures: CameraPictures
  /** The language that the program speaks. */
  language(): Promise<Language>
  /** Brings what lies outside the page (menu, theme) to the settings. */
  applySettings(): Promise<void>
  send: SendEvent<AppContract>
  desktop: Desktop
  logsFolder: string
}
