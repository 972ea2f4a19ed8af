import { inject, provide, shallowRef, type InjectionKey, type ShallowRef } from 'vue'

/** A card that a page's line of sections leads to. */
export interface PageSection {
  name: string
  /** Its words in the line. */
  title(): string
  element(): HTMLElement | undefined
}

interface PageSections {
  /** Those on the page now, in its order. */
  list: Readonly<ShallowRef<readonly PageSection[]>>
  /** Puts one among them; what it gives takes it away again. */
  add(section: PageSection): () => void
  isOpen(name: string): boolean
  set(name: string, open: boolean): void
}

interface SectionMemory {
  /** What a person opened or closed. */
  states(): Readonly<Record<string, boolean>>
  /** Those that are closed until a person opens them. */
  closed: readonly string[]
  remember(states: Record<string, boolean>): void
}

const key: InjectionKey<PageSections> = Symbol('sections')

/** Makes the page have sections: cards that name theirs stand in its line, fold where they say so, and stay as they were left. */
export function provideSections({ states, closed, remember }: SectionMemory): void {
  const list = shallowRef<readonly PageSection[]>([])
  provide(key, {
    list,
    add(section) {
      list.value = [...list.value, section].sort(byPlace)
      return () => { list.value = list.value.filter((other) => other !== section) }
    },
    isOpen: (name) => states()[name] ?? !closed.includes(name),
    set: (name, open) => { remember({ ...states(), [name]: open }) }
  })
}

/** The sections of the page around; nothing on a page that has none. */
export const useSections = (): PageSections | undefined => inject(key, undefined)

function byPlace(one: PageSection, other: PageSection): number {
  const [first, second] = [one.element(), other.element()]
  if (!first || !second) return 0
  return first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1
}

/**
 * Which section is in view: the last whose top has passed under the line. At the end of the page, where the last ones
 * cannot come up to it, the one that was asked for, as long as it is on the screen.
 * @param tops of all sections, in pixels from the line's foot
 */
export function sectionInView(tops: readonly number[], { height, atEnd, asked }: { height: number, atEnd: boolean, asked?: number | undefined }): number {
  const askedTop = tops[asked ?? -1]
  if (atEnd && asked !== undefined && askedTop !== undefined && askedTop > -slack && askedTop < height) return asked
  if (atEnd) return tops.length - 1
  return Math.max(0, tops.filter((top) => top <= slack).length - 1)
}

/** A heading this far under the line is already what one reads. */
const slack = 32
