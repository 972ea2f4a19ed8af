import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog, ipcMain, protocol, session } from 'electron'
import { appContract } from '../contract/app'
import type { Machine } from '../contract/doctor'
import { toErrorValue } from '../contract/errors'
import type { Run } from '../contract/runs'
import { isWorking } from '../rules/states'
import { openLibrary } from '../library'
import { dataFolderGone, ensureWritable, isChosenAndGone } from '../library/disk'
import { Awake } from './window/awake'
import { Taskbar } from './window/taskbar'
import { askBeforeClosing, hideWindow, notifyOfEnd, showWindow } from './window/background'
import { Cached } from './shell/cached'
import { CameraGrant } from './window/camera'
import { CameraPictures } from './shell/camera-pictures'
import { readCatalogue } from './shell/catalogue'
import { Closing } from './window/closing'
import { systemDesktop } from './handlers/desktop'
import { Downloads } from './jobs/downloads'
import { Elsewhere } from './jobs/elsewhere'
import { createHandlers } from './handlers'
import { examineComputer } from './handlers/app'
import { showOpening } from './handlers/opening-runs'
import { answerImage, imageScheme } from './window/image-protocol'
import { eventsOf, serveContract, type SendEvent } from './ipc'
import { JobQueue } from './jobs/jobs'
import { openLog } from './shell/log'
import { DataFolder } from './shell/data-folder'
import { applyLooks, describeProgram } from './shell/looks'
import { Mailbox } from './shell/mailbox'
import { openingOf, type Opening } from './shell/opening'
import { findPlaces } from './shell/places'
import { isStandIn, serveScheme } from './shell/platform'
import { SeldomLook } from './shell/seldom-look'
import { refusedSwitch } from './shell/switches'
import { QueueFile } from './jobs/queue-file'
import { ReaderPool } from './window/reader-pool'
import { harden, isOwnSender, withoutSpelling } from './window/security'
import { languageOf, SettingsStore } from './shell/settings'
import { closingTexts, noticeTexts } from './shell/texts'
import { tellOf } from './jobs/telling'
import { Training } from './jobs/training'
import { tidyAfterStart, undoMilliseconds } from './jobs/upkeep'
import { fetchOverNetwork } from './updates/fetch'
import { ownForm, readUpdateSource } from './updates/source'
import { Updates } from './updates/updates'
import { watchForUpdates } from './updates/watch'
import { createWindow } from './window/window'
import { answerWindowFile, windowAddress, windowScheme } from './window/protocol'
import { workerLauncher } from './jobs/workers'

/** The Electron that the installers carry, from package.json at build time. */
declare const SHIPPED_ELECTRON: string

const development = !app.isPackaged
const places = findPlaces({
  argv: process.argv, environment: process.env, packaged: app.isPackaged,
  resourcesPath: process.resourcesPath, mainFolder: __dirname
})
/** The page to load: Vite's server while the window is being developed, else the program's own files. */
const address = (development && process.env['ELECTRON_RENDERER_URL']) || windowAddress

const privileges = { standard: true, secure: true }
protocol.registerSchemesAsPrivileged([
  { scheme: windowScheme, privileges: { ...privileges, supportFetchAPI: true } },
  { scheme: imageScheme, privileges }
])
const refused = refusedSwitch(process.argv, { packaged: app.isPackaged, standIn: isStandIn(process.versions.electron ?? '', SHIPPED_ELECTRON) })
/** What macOS asks to open, which does not come by the command line: before the program is ready, and after. */
let asked: Opening | undefined
let onAsked = (opening: Opening | undefined): void => { asked = opening }
for (const name of ['open-file', 'open-url'] as const) {
  app.on(name as 'open-url', (event, what) => {
    event.preventDefault()
    onAsked(openingOf(['', what], '/'))
  })
}

// Of every session, before anything is asked for in it.
app.on('session-created', withoutSpelling)

if (refused !== undefined) {
  process.stderr.write(`An installed Graft does not start with ${refused}.\n`)
  app.exit(2)
} else if (keepToDataFolder()) app.whenReady().then(start).catch(fail)
else app.exit(0)

/** One program a data folder: Electron's own files, and with them its lock, lie in it. False where one runs already. */
function keepToDataFolder(): boolean {
  // `start` says that the chosen folder is gone; nothing is made in its place.
  if (isChosenAndGone(places.dataDir)) return true
  try {
    const folder = join(places.dataDir, 'window')
    mkdirSync(folder, { recursive: true })
    app.setPath('userData', folder)
  } catch {
    // `start` says what is wrong with the folder.
    return true
  }
  return app.requestSingleInstanceLock()
}

function fail(error: unknown): void {
  const { message, remedy } = toErrorValue(error)
  const language = languageOf('system', app.getLocale())
  process.stderr.write(`${message.en} ${remedy?.en ?? ''}\n`)
  dialog.showErrorBox('Graft', `${message[language]}\n\n${remedy?.[language] ?? ''}`)
  app.exit(1)
}

async function start(): Promise<void> {
  await ensureWritable(places.dataDir)
  const logsFolder = join(places.dataDir, 'logs')
  const log = openLog(logsFolder, development)
  log.info(`Graft ${app.getVersion()} begins, Electron ${process.versions.electron}, data in ${places.dataDir}`)

  const library = openLibrary(places.dataDir, { undoMilliseconds })
  const lists = {
    datasets: new Cached(() => library.datasets.list()),
    models: new Cached(() => library.models.list()),
    runs: new Cached(() => library.runs.list())
  }
  const mailbox = new Mailbox()
  const sendToWindow = eventsOf(
    appContract, (channel, payload) => mailbox.post(channel, payload),
    (channel, error) => log.error(`${channel} does not fit its schema`, error)
  )
  const send: SendEvent<typeof appContract> = (noun, verb, payload) => {
    for (const [name, list] of Object.entries(lists)) if (name === noun) list.forget()
    sendToWindow(noun, verb, payload)
  }

  const settings = new SettingsStore(places.dataDir, (path) => {
    send('notices', 'raised', { level: 'warning', text: noticeTexts.settingsSetAside(path) })
  })
  const language = async () => languageOf((await settings.get()).language, app.getLocale())
  const applySettings = async (): Promise<void> =>
    applyLooks(await settings.get(), development, (command) => send('app', 'command', command))
  await applySettings()
  describeProgram(places.icon)

  const readers = new ReaderPool(
    // A look at pictures must not wait until a data set of an earlier version was read whole.
    (id) => library.datasets.open(id, { wholePass: false })
  )
  const onError = (error: unknown): void => log.error('a picture or a file could not be served', error)
  serveScheme(protocol, windowScheme, (url) => answerWindowFile(url, places.renderer), onError)
  serveScheme(protocol, imageScheme, (url) => answerImage(url, readers), onError)
  const camera = new CameraGrant()
  const cameraPictures = new CameraPictures(places.dataDir)
  void cameraPictures.forget().catch(onError)
  harden({
    app, session: session.defaultSession, address, development, camera,
    onRefused: (what, target) => log.warn(`refused: ${what} ${target}`)
  })

  const updateSource = await readUpdateSource(places.updates).catch((error: unknown) => {
    log.error('the update address could not be read', error)
    return null
  })
  const window = await createWindow({
    places, development, log, address, language, mayClose: () => closing.mayClose(),
    details: () => [`Graft ${app.getVersion()}`, `Electron ${process.versions.electron ?? ''}`, `${process.platform} ${process.arch}`, `log: ${logsFolder}`]
  })
  mailbox.attach(window.webContents)

  const dataFolder = new DataFolder({
    folder: places.dataDir,
    onGone: () => {
      log.error('the data folder is gone')
      const { message, remedy } = dataFolderGone(places.dataDir).value
      send('notices', 'raised', { level: 'error', text: message, ...(remedy && { remedy }) })
    },
    onBack: () => {
      log.info('the data folder is back')
      for (const list of Object.values(lists)) list.forget()
      send('notices', 'raised', { level: 'info', text: noticeTexts.dataFolderBack })
      void training.goOn().then(() => jobs.look())
    }
  })
  const awake = new Awake()
  const taskbar = new Taskbar(window)
  const jobs: JobQueue = new JobQueue({
    launch: workerLauncher(places, log, (text) => send('notices', 'raised', { level: 'warning', text })),
    onChanged: (status) => {
      send('jobs', 'changed', status)
      taskbar.update(jobs.list())
    },
    onQueueChanged: () => {
      training.saveQueue()
      awake.update(jobs.list().some(isWorking))
    },
    ready: () => dataFolder.there,
    ...tellOf(send)
  })
  const onEnded = (run: Run): void => {
    void Promise.all([language(), settings.get()]).then(([spoken, wanted]) => notifyOfEnd(window, run, spoken, wanted))
  }
  const training: Training = new Training({
    library, jobs, queueFile: new QueueFile(places.dataDir), send,
    onFailure: (what, error) => log.error(`could not ${what}`, error),
    dataFolderIsThere: () => dataFolder.there,
    onEnded
  })
  const elsewhere = new Elsewhere({ library, jobs, settings, send, onEnded })
  const downloads = new Downloads({
    library, cacheDir: places.cacheDir, jobs, send, onFailure: (what, error) => log.error(`could not ${what}`, error)
  })
  const closing: Closing = new Closing({
    jobs,
    ask: async (working) => askBeforeClosing(window, working, await language()),
    hide: () => { void language().then((spoken) => hideWindow(window, places.icon, spoken)) },
    sayStopping: () => send('notices', 'raised', { level: 'info', text: closingTexts.stopping }),
    quit: () => app.quit()
  })
  const updates = new Updates({
    source: updateSource, version: app.getVersion(), fetch: fetchOverNetwork, dataDir: places.dataDir, cacheDir: places.cacheDir,
    form: ownForm({ platform: process.platform, arch: process.arch, environment: process.env, has: existsSync }),
    wanted: async () => (await settings.get()).updates,
    isUsed: async () => (await lists.runs.get()).runs.length > 0
  })
  const handlers = createHandlers({
    library, lists, catalogue: new Cached(() => readCatalogue(places.engine), Infinity),
    machine: new SeldomLook<Machine>(() => examineComputer(jobs), { isWhole: ({ backends }) => backends.every(({ overdue }) => !overdue) }),
    jobs, training, elsewhere, downloads, readers, settings, updates, camera, cameraPictures, applySettings, language, send, logsFolder,
    desktop: systemDesktop(places, window, language)
  })
  serveContract(appContract, handlers, {
    host: { handle: (channel, listener) => ipcMain.handle(channel, (event, input: unknown) => listener(event, input)) },
    isOwn: isOwnSender(window, address),
    onFailure: (channel, { code, message, details }) => log.warn(`${channel}: ${code}: ${message.en}`, details ?? '')
  })

  const show = (opening: Opening | undefined): void => {
    if (opening) void showOpening({ library, lists, jobs, send }, opening)
  }
  app.on('second-instance', (_event, argv, folder) => {
    showWindow(window)
    show(openingOf(argv, folder))
  })
  app.on('activate', () => showWindow(window))
  app.on('window-all-closed', () => app.quit())
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void closing.stopNow())

  // Nothing is waited for between the window and its page: a debugger that meets a window without one waits for ever.
  window.loadURL(address).catch((error: unknown) => log.error('the window could not be loaded', error))
  watchForUpdates({
    updates, wanted: async () => (await settings.get()).updates, onFound: (update) => send('updates', 'found', update),
    onFailure: (error) => log.warn('no look for newer versions', error)
  })
  await dataFolder.watch()
  show(asked ?? openingOf(process.argv, process.cwd()))
  asked = undefined
  onAsked = show
  await tidyAfterStart({ library, samples: places.samples, runtimeFolders: places.runtimeFolders, jobs, training, elsewhere, downloads, send, log })
}
