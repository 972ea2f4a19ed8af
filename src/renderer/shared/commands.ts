import { onScopeDispose, shallowReactive, toValue, type MaybeRefOrGetter } from 'vue'
import type { Command } from '../../contract/app'

/** Something the palette offers. */
interface PaletteCommand {
  id: string
  title: MaybeRefOrGetter<string>
  group: MaybeRefOrGetter<string>
  /** Keys as shown, e.g. `Ctrl+Enter`. */
  keys?: string
  enabled?: MaybeRefOrGetter<boolean>
  run(): void
}

const commands = shallowReactive(new Map<string, PaletteCommand>())
type Handler = () => void
const handlers = new Map<Command, Handler[]>()

/** Offers commands in the palette for as long as the calling component lives. */
export function useCommands(list: readonly PaletteCommand[]): void {
  for (const command of list) commands.set(command.id, command)
  onScopeDispose(() => {
    for (const command of list) if (commands.get(command.id) === command) commands.delete(command.id)
  })
}

/** What the palette offers now. */
export const offeredCommands = (): PaletteCommand[] =>
  [...commands.values()].filter((command) => toValue(command.enabled) ?? true)

/**
 * Carries out a menu command or its keys while the calling component lives; the youngest handler wins, so that a
 * screen's `find` goes before the application's.
 */
export function onCommand(command: Command, handler: Handler): void {
  handlers.set(command, [...handlers.get(command) ?? [], handler])
  onScopeDispose(() => {
    handlers.set(command, (handlers.get(command) ?? []).filter((other) => other !== handler))
  })
}

/** Runs a command; false when nobody on this screen carries it out. */
export function dispatchCommand(command: Command): boolean {
  const handler = handlers.get(command)?.at(-1)
  handler?.()
  return handler !== undefined
}

const isMac = (): boolean => /Mac/.test(navigator.platform)

/** A shortcut as this system writes it: `Ctrl+N` or `⌘N`. */
export const shortcutText = (key: string): string => isMac() ? `⌘${key}` : `Ctrl+${key}`

const screens: Command[] = [
  'screen-transfer', 'screen-runs', 'screen-compare', 'screen-datasets', 'screen-models', 'screen-settings'
]

/** Where keys type: their own Undo and Select all rule there. */
export const inText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable)

/** The command that these keys mean, or null. `?` means nothing while somebody types. */
export function commandOfKeys(event: KeyboardEvent): Command | null {
  const modifier = isMac() ? event.metaKey : event.ctrlKey
  if (!modifier) {
    return event.key === '?' && !event.altKey && !inText(event.target) ? 'help' : null
  }
  if (event.altKey || event.shiftKey) return null
  if (/^[1-6]$/.test(event.key)) return screens[Number(event.key) - 1] ?? null
  switch (event.key.toLowerCase()) {
    case 'n': return 'new-transfer'
    case 'd': return 'add-dataset'
    case 'i': return 'import-model'
    case 'enter': return 'start'
    case '.': return 'stop'
    case 'f': return 'find'
    case 'k': return 'palette'
    default: return null
  }
}
