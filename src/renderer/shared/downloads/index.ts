export { default as DownloadRow } from './DownloadRow.vue'
