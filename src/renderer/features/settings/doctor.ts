import { defineStore } from 'pinia'
import type { Doctor } from '../../../contract/doctor'
import { api } from '../../shared/api'
import { useResource } from '../../shared/stores/resource'

/** What was found on this machine; looked at once, and again when asked. */
export const useDoctorStore = defineStore('doctor', () => {
  const { value, state, error, load, reload } = useResource<Doctor | null>(null, () => api.app.doctor())
  return { doctor: value, state, error, load, reload }
})

/** The report as text for a bug report: English, one fact a line. */
export function doctorText(doctor: Doctor, app: { version: string, platform: string }): string {
  const { chosen, backends, functions, bfloat16, versions, folders, freeDiskBytes, models } = doctor
  return [
    `Graft ${app.version} on ${app.platform}`,
    `Runs on ${chosen.kind}: ${chosen.library}, ${chosen.device}, ${chosen.threads} threads${chosen.oneDnn === undefined ? '' : `, oneDNN ${chosen.oneDnn ? 'on' : 'off'}`}`,
    ...backends.map(({ kind, available, chosen: isChosen, library, reason, remedy }) => [
      `${kind}: ${isChosen ? 'in use' : available ? 'available' : 'not available'}`, library, reason?.en, remedy?.en
    ].filter(Boolean).join('; ')),
    [`steps as functions: ${functions.available ? 'available' : 'not available'}`, functions.reason?.en, functions.remedy?.en].filter(Boolean).join('; '),
    ...(bfloat16 ? [bfloat16.available ? 'bfloat16: available' : `bfloat16: not available; ${bfloat16.reason.en}`] : []),
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
    ...models.map(({ name, available, source, reason, remedy }) => [
      `${name}: ${available ? 'there' : 'not there'}`, source, reason?.en, remedy?.en
    ].filter(Boolean).join('; ')),
    `data ${folders.data}`, `cache ${folders.cache}`, `free disk ${(freeDiskBytes / 1e9).toFixed(1)} GB`
  ].join('\n')
}
