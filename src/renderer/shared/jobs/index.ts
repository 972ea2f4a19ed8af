export { othersOfStudy, useCancelRun } from './cancel-run'
/** One job that a form starts, and what is told in passing. */
export { default as JobDialog } from './JobDialog.vue'
export { default as NoticeList } from './NoticeList.vue'
export { useTellsItself } from './tells-itself'
