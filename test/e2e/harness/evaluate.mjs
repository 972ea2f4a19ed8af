// node evaluate.mjs PID EXPRESSION: evaluates an expression in a Node process whose inspector is open on its usual port.
// A program of its own, since WebSocket is part of Node only from version 22 on.

const [pid, expression] = process.argv.slice(2)
const end = Date.now() + 10_000

async function socketAddress() {
  for (;;) {
    const [target] = await fetch('http://127.0.0.1:9229/json/list').then((answer) => answer.json(), () => [])
    if (target) return target.webSocketDebuggerUrl
    if (Date.now() > end) throw new Error(`process ${pid} opened no inspector`)
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
}

const socket = new WebSocket(await socketAddress())
await new Promise((resolve, reject) => {
  socket.onopen = resolve
  socket.onerror = () => reject(new Error('the inspector refused'))
})
// Never in another program that happens to be debugged on this machine. The process may end before it answers.
const guarded = `if (process.pid === ${pid}) { ${expression}; true } else false`
socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: guarded } }))
const answer = await new Promise((resolve) => {
  socket.onmessage = ({ data }) => resolve(JSON.parse(data))
  socket.onclose = () => resolve(undefined)
})
if (answer && answer.result?.result?.value !== true) throw new Error(`not evaluated: ${JSON.stringify(answer)}`)
process.exit(0)
