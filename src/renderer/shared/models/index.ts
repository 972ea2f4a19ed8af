export { default as ExportMenu } from './ExportMenu.vue'
export { default as TryPanel } from './TryPanel.vue'
