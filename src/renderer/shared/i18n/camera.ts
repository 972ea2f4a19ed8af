/** Of the camera, wherever it is; under `common.camera`. */
export const cameraTexts = {
  en: {
    open: 'Camera…', take: 'Take a picture', close: 'Close the camera', again: 'Try again', which: 'Camera', preview: 'What the camera sees',
    starting: 'Waiting for the camera…', number: 'Camera {number}',
    problems: {
      refused: 'The camera stays off: it was not allowed. Press the button again to be asked again.',
      'system-refused': 'The system does not let Graft use the camera. Allow it in the system’s privacy settings, then try again.',
      none: 'No camera was found. Connect one, then try again.',
      'in-use': 'The camera gives no picture: another program is using it. Close that program, then try again.',
      lost: 'The camera was disconnected. Connect it, then try again.',
      failed: 'The camera could not be turned on. Connect it anew, then try again.'
    }
  },
  zh: {
    open: '摄像头…', take: '拍摄', close: '关闭摄像头', again: '重试', which: '摄像头', preview: '摄像头画面',
    starting: '正在等待摄像头…', number: '摄像头 {number}',
    problems: {
      refused: '未获允许，摄像头保持关闭。再次点击按钮即可重新询问。',
      'system-refused': '系统不允许 Graft 使用摄像头。请在系统的隐私设置中允许后重试。',
      none: '没有找到摄像头。请连接后重试。',
      'in-use': '摄像头没有画面：它正被其他程序使用。请关闭该程序后重试。',
      lost: '摄像头已断开。请重新连接后重试。',
      failed: '无法打开摄像头。请重新连接后重试。'
    }
  }
}
