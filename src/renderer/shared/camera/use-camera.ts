import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { CameraPlace } from '../../../contract/camera'
import { api } from '../api'

/** Why there is no picture from the camera; each has one sentence. */
type CameraProblem = 'refused' | 'system-refused' | 'none' | 'in-use' | 'lost' | 'failed'
type CameraState = 'off' | 'starting' | 'on' | CameraProblem

interface Camera {
  state: Ref<CameraState>
  stream: ShallowRef<MediaStream | null>
  /** The cameras of this computer, once one is on. */
  devices: ShallowRef<readonly MediaDeviceInfo[]>
  /** The id of the one that is on. */
  device: Ref<string>
  /** Asks for the camera and turns it on; another one where its id is given. */
  start(deviceId?: string): Promise<void>
  stop(): void
}

/** What the page is told where a camera gives no picture, as the sentence that belongs to it. */
function problemOf(thrown: unknown): CameraProblem {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : ''
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none'
  if (name === 'NotReadableError' || name === 'AbortError') return 'in-use'
  // Main let the page use it: whoever refuses now is the system.
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'system-refused'
  return 'failed'
}

/** The camera at one place of the window. It goes off with the component that uses it. */
export function useCamera(place: CameraPlace): Camera {
  const state = ref<CameraState>('off')
  const stream = shallowRef<MediaStream | null>(null)
  const devices = shallowRef<readonly MediaDeviceInfo[]>([])
  const device = ref('')
  let latest = 0
  /** Whether main has opened it, so that it is closed once. */
  let opened = false

  const release = (): void => {
    for (const track of stream.value?.getTracks() ?? []) track.stop()
    stream.value = null
  }
  function close(): void {
    if (opened) void api.camera.close({ place }).catch(() => undefined)
    opened = false
  }
  function fail(problem: CameraProblem): void {
    release()
    close()
    state.value = problem
  }
  function stop(): void {
    latest++
    release()
    close()
    state.value = 'off'
  }
  onScopeDispose(stop)

  async function start(deviceId?: string): Promise<void> {
    const mine = ++latest
    release()
    state.value = 'starting'
    try {
      const answer = await api.camera.open({ place })
      opened = answer === 'allowed'
      if (mine !== latest) return close()
      if (answer !== 'allowed') return fail(answer)
      const media = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { width: { ideal: 640 }, height: { ideal: 480 }, ...(deviceId !== undefined && { deviceId: { exact: deviceId } }) }
      })
      const [track] = media.getVideoTracks()
      if (mine !== latest || !track) {
        for (const each of media.getTracks()) each.stop()
        if (mine === latest) fail('none')
        return
      }
      // Pulled out, or taken by the system.
      track.addEventListener('ended', () => { if (mine === latest) fail('lost') })
      stream.value = media
      device.value = track.getSettings().deviceId ?? ''
      state.value = 'on'
      devices.value = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'videoinput')
    } catch (thrown) {
      if (mine === latest) fail(problemOf(thrown))
    }
  }
  return { state, stream, devices, device, start, stop }
}
