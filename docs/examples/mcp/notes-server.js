// An MCP server on standard input and output: notes in one file. `node notes-server.js FILE`
import { appendFile, readFile } from 'node:fs/promises'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const [file = 'notes.txt'] = process.argv.slice(2)
const notes = async () => await readFile(file, 'utf8').catch(() => '')
const server = new McpServer({ name: 'notes', version: '1.0.0' }, { instructions: 'One note is one line.' })

server.registerTool(
  'list_notes',
  // Only what says that it reads is called without asking the person.
  { description: 'Lists all notes, the oldest first.', inputSchema: {}, annotations: { readOnlyHint: true } },
  async () => ({ content: [{ type: 'text', text: (await notes()) || 'There are no notes.' }] }),
)

server.registerTool(
  'add_note',
  { description: 'Adds a note.', inputSchema: { text: z.string().describe('One line.') } },
  async ({ text }) => {
    await appendFile(file, `${text.replaceAll('\n', ' ')}\n`)
    return { content: [{ type: 'text', text: 'Added.' }] }
  },
)

server.registerPrompt(
  'sort',
  { description: 'Sorts the notes by what they are about.', argsSchema: { by: z.string().optional() } },
  async ({ by = 'topic' }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Sort these notes by ${by}:\n\n${await notes()}` } }],
  }),
)

await server.connect(new StdioServerTransport())
