import type { AppHandlers, HandlerContext } from './context'

export function cameraHandlers({ camera, cameraPictures, desktop }: HandlerContext): AppHandlers['camera'] {
  return {
    open: ({ place }) => camera.open(place, { askPerson: () => desktop.askForCamera(place), askSystem: () => desktop.cameraAllowed() }),
    close: async ({ place }) => {
      camera.close(place)
      if (place === 'try') await cameraPictures.forget()
    },
    keep: (taken) => cameraPictures.keep(taken),
    remove: ({ folder, class: name, file }) => cameraPictures.remove(folder, name, file),
    folders: () => cameraPictures.list()
  }
}
