/**
 * The floor: the least that a Node program must do for a turn. It asks the model, runs the shell calls of the answer,
 * sends their output back, and prints the text as it comes. No configuration, no checks, no record.
 *
 * `node minimal-turn.js BASE_URL PROMPT`; JavaScript, so that no type stripping is measured.
 */
import { spawn } from 'node:child_process'

const [baseUrl, prompt] = process.argv.slice(2)
const input = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] }]
const parameters = { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] }
const tools = [{ type: 'function', name: 'shell', description: 'Run a command.', parameters }]

for (;;) {
  const calls = await ask()
  if (calls.length === 0) break
  for (const call of calls) {
    const output = await run(JSON.parse(call.arguments).command)
    input.push(call, { type: 'function_call_output', call_id: call.call_id, output })
  }
}
process.stdout.write('\n')

/** One request; prints the text and gives the calls. */
async function ask() {
  const response = await fetch(`${baseUrl}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
    body: JSON.stringify({ model: 'scripted-model', stream: true, input, tools }),
  })
  const calls = []
  let pending = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (pending + chunk).split('\n')
    pending = lines.pop()
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue
      const event = JSON.parse(line.slice(6))
      if (event.type === 'response.output_text.delta') process.stdout.write(event.delta)
      if (event.type === 'response.output_item.done' && event.item.type === 'function_call') calls.push(event.item)
    }
  }
  return calls
}

function run(command) {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.once('error', reject).once('close', () => resolve(output))
  })
}
