import type { CameraAnswer, CameraPlace } from '../../contract/camera'

/** What Electron tells of a page that wants a camera or a microphone, in its two forms. */
export interface MediaWanted {
  mediaTypes?: readonly string[]
  mediaType?: string
  isMainFrame?: boolean
}

interface CameraQuestions {
  /** Asks the person, in a dialogue of the system's. */
  askPerson(place: CameraPlace): Promise<boolean>
  /** Whether the system lets this program use a camera; it may ask the person itself. */
  askSystem(): Promise<boolean>
}

/**
 * Who may use the camera, and when: the page alone never. A person presses the button of a place and is asked, once for that
 * place while the program runs; from then until the place is left, the page's request for pictures without sound is granted.
 */
export class CameraGrant {
  readonly #allowed = new Set<CameraPlace>()
  readonly #open = new Set<CameraPlace>()

  /** Opens the camera for a place, if the person says so; one who refused is asked again when they press the button again. */
  async open(place: CameraPlace, { askPerson, askSystem }: CameraQuestions): Promise<CameraAnswer> {
    if (!this.#allowed.has(place)) {
      if (!await askPerson(place)) return 'refused'
      this.#allowed.add(place)
    }
    if (!await askSystem()) return 'system-refused'
    this.#open.add(place)
    return 'allowed'
  }

  close(place: CameraPlace): void {
    this.#open.delete(place)
  }

  /** Whether a request is one for pictures alone, while a place is open. */
  allows({ mediaTypes, mediaType, isMainFrame }: MediaWanted): boolean {
    const wanted = mediaTypes ?? (mediaType === undefined ? [] : [mediaType])
    return this.#open.size > 0 && isMainFrame !== false && wanted.length > 0 && wanted.every((type) => type === 'video')
  }
}
