/** What a video shows at this moment, as JPEG. @throws Error where it shows nothing yet */
export async function frameOf(video: HTMLVideoElement): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d')!.drawImage(video, 0, 0)
  const blob = await new Promise<Blob | null>((resolve) => { canvas.toBlob(resolve, 'image/jpeg', 0.95) })
  if (!blob) throw new Error('the camera shows nothing yet')
  return new Uint8Array(await blob.arrayBuffer())
}
