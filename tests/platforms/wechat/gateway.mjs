// A real Wechaty gateway (puppet-service) with a village of its own behind it, driven over a small HTTP control port.
//
//   node gateway.mjs PORT CONTROL_PORT TOKEN [CERT_FILE KEY_FILE]
//
// It prints one line of JSON when it is ready. Everything that reaches a client goes through the gateway's own server
// code; only the puppet behind it is ours: the stock mock returns no ids, has no pictures and echoes nothing.
import fs from 'node:fs'
import http from 'node:http'
import { FileBox } from 'file-box'
import * as PUPPET from 'wechaty-puppet'
import { PuppetMock } from 'wechaty-puppet-mock'
import { PuppetServer } from 'wechaty-puppet-service'

const [port, controlPort, token, certFile, keyFile] = process.argv.slice(2)
const Type = PUPPET.types.Message

class VillagePuppet extends PuppetMock {
  contacts = new Map()
  rooms = new Map()
  messages = new Map()
  boxes = new Map()
  links = new Map()
  programs = new Map()
  invitations = new Map()
  friendships = new Map()
  sent = []
  accepted = []
  calls = {}
  faults = {} // method → {skip, times, ids, ms, error, kill}
  options = { echo: true, ids: true, dong: true, echoDelay: 0, heartbeat: true }
  serial = 0

  async onStart () {}
  async onStop () {}

  ding (data) {
    this.calls.ding = (this.calls.ding ?? 0) + 1
    if (this.options.dong) this.emit('dong', { data: data || '' })
  }

  async fault (method, id) {
    this.calls[method] = (this.calls[method] ?? 0) + 1
    const fault = this.faults[method]
    if (!fault || (fault.ids && !fault.ids.includes(id))) return
    if (fault.skip && fault.skip-- > 0) return
    if (fault.times !== undefined && fault.times-- <= 0) return
    if (fault.kill) process.kill(fault.kill, 'SIGKILL')
    if (fault.ms) await new Promise(resolve => setTimeout(resolve, fault.ms))
    if (fault.error) throw new Error(fault.error)
  }

  known (map, id, what) {
    if (!map.has(id)) throw new Error(`no such ${what}`)
    return map.get(id)
  }

  async contactRawPayload (id) {
    await this.fault('contactPayload', id)
    return this.known(this.contacts, id, 'contact')
  }

  async roomRawPayload (id) {
    const room = this.known(this.rooms, id, 'room')
    return { id, topic: room.topic, memberIdList: room.members, adminIdList: [] }
  }

  async roomList () {
    if (!this.isLoggedIn) throw new Error('not logged in')
    return [...this.rooms.keys()]
  }

  async roomMemberList (id) { return this.known(this.rooms, id, 'room').members }

  async roomMemberRawPayload (roomId, id) {
    await this.fault('roomMemberPayload', id)
    const room = this.known(this.rooms, roomId, 'room')
    const contact = this.known(this.contacts, id, 'contact')
    return { id, name: contact.name, roomAlias: room.aliases?.[id] ?? '', avatar: '' }
  }

  async messageRawPayload (id) {
    await this.fault('messagePayload', id)
    return this.known(this.messages, id, 'message')
  }

  async messageFile (id) { return this.box('messageFile', id) }
  async messageImage (id) { return this.box('messageImage', id) }

  async box (method, id) {
    await this.fault(method, id)
    const box = this.known(this.boxes, id, 'file')
    if (box.url) return FileBox.fromUrl(box.url, { name: box.name })
    // The gateway passes small boxes on as they are, and cannot write down one that is a buffer.
    if (box.data.length <= 20 * 1024) return FileBox.fromBase64(box.data.toString('base64'), box.name)
    return FileBox.fromBuffer(box.data, box.name)
  }

  async messageUrl (id) {
    await this.fault('messageUrl', id)
    return this.known(this.links, id, 'link')
  }

  async messageMiniProgram (id) {
    await this.fault('messageMiniProgram', id)
    return this.known(this.programs, id, 'mini program')
  }

  async messageRecall (id) {
    await this.fault('messageRecall', id)
    const mine = this.sent.find(one => one.id === id)
    if (mine) mine.recalled = true
    return Boolean(mine)
  }

  // Sends a message as the account itself: kept, given an id, echoed as WeChat does.
  async deliver (method, to, what) {
    await this.fault(method, to)
    if (!this.isLoggedIn) throw new Error('not logged in')
    if (!this.rooms.has(to) && !this.contacts.has(to)) throw new Error('no such conversation')
    const id = `own-${process.pid}-${++this.serial}`
    this.sent.push({ id, to, ...what.record })
    const room = this.rooms.has(to) ? to : ''
    this.messages.set(id, {
      id, talkerId: this.currentUserId, roomId: room, listenerId: room ? '' : to, timestamp: Date.now(),
      text: what.record.text ?? '', filename: what.record.name ?? '', type: what.type,
    })
    if (this.options.echo) setTimeout(() => this.emit('message', { messageId: id }), this.options.echoDelay)
    await this.fault(`${method}After`, to)
    return this.options.ids ? id : undefined
  }

  async messageSendText (to, text, mentions) {
    return this.deliver('messageSendText', to, { type: Type.Text, record: { kind: 'text', text, mentions } })
  }

  async messageSendFile (to, box) {
    const data = await box.toBuffer()
    const image = /\.(png|jpe?g|gif)$/i.test(box.name)
    const record = { kind: 'file', name: box.name, size: data.length, sum: sum(data) }
    return this.deliver('messageSendFile', to, { type: image ? Type.Image : Type.Attachment, record })
  }

  async messageSendUrl (to, link) {
    const record = { kind: 'link', text: link.title, link }
    return this.deliver('messageSendUrl', to, { type: Type.Url, record })
  }

  async messageSendMiniProgram (to, program) {
    const record = { kind: 'program', text: program.title, program }
    return this.deliver('messageSendMiniProgram', to, { type: Type.MiniProgram, record })
  }

  async roomInvitationRawPayload (id) { return this.known(this.invitations, id, 'invitation') }
  async roomInvitationAccept (id) { this.accepted.push(id) }
  async friendshipRawPayload (id) { return this.known(this.friendships, id, 'friendship') }
  async friendshipAccept (id) { this.accepted.push(id) }
}

function sum (data) {
  let total = 0
  for (const byte of data) total = (total * 31 + byte) >>> 0
  return total
}

const puppet = new VillagePuppet()
puppet.on('error', () => {}) // without a listener the puppet's own watchdog ends the process

// What the control port understands: {"do": NAME, …} in, JSON out.
const commands = {
  async reset () {
    await puppet.logout('reset')
    for (const map of [puppet.contacts, puppet.rooms, puppet.messages, puppet.boxes, puppet.links, puppet.programs]) map.clear()
    for (const kind of ['message', 'contact', 'room', 'roomMember']) puppet.cache[kind].clear()
    Object.assign(puppet, { sent: [], accepted: [], calls: {}, faults: {} })
    Object.assign(puppet.options, { echo: true, ids: true, dong: true, echoDelay: 0, heartbeat: true })
  },
  contact: ({ id, name, alias }) => { puppet.contacts.set(id, { id, name, alias: alias ?? '', gender: 0, type: 1, avatar: '', phone: [] }) },
  room: ({ id, topic, members, aliases }) => { puppet.rooms.set(id, { id, topic, members, aliases: aliases ?? {} }) },
  login: ({ id }) => { if (!puppet.isLoggedIn) puppet.login(id) },
  logout: () => puppet.logout('phone'),
  scan: ({ qrcode, status }) => { puppet.emit('scan', { qrcode, status }) },
  say (order) {
    const id = order.id ?? `m-${process.pid}-${++puppet.serial}`
    puppet.messages.set(id, {
      id: order.payloadId ?? id, talkerId: order.from, roomId: order.room ?? '',
      listenerId: order.room ? '' : puppet.isLoggedIn ? puppet.currentUserId : '', timestamp: order.at ?? Date.now(),
      text: order.text ?? '', filename: order.filename ?? '', type: order.type ?? Type.Text,
      mentionIdList: order.mentions ?? [],
    })
    if (order.size) {
      const data = Buffer.alloc(order.size, 7)
      if (order.head) Buffer.from(order.head, 'base64').copy(data)
      puppet.boxes.set(id, { name: order.filename || 'picture.png', data })
    }
    if (order.boxUrl) puppet.boxes.set(id, { name: order.filename || 'picture.png', url: order.boxUrl })
    if (order.link) puppet.links.set(id, order.link)
    if (order.program) puppet.programs.set(id, order.program)
    if (!order.quiet) puppet.emit('message', { messageId: id })
    return { id }
  },
  emit: ({ event, payload }) => { puppet.emit(event, payload) },
  burst ({ room, from, count, text }) {
    for (let n = 0; n < count; n++) commands.say({ room, from, text: `${text}${n}` })
  },
  invitation: ({ id, inviter, topic }) => {
    puppet.invitations.set(id, {
      id, inviterId: inviter, topic, avatar: '', invitation: '', receiverId: '', memberCount: 3, memberIdList: [], timestamp: Date.now(),
    })
    puppet.emit('room-invite', { roomInvitationId: id })
  },
  friendship: ({ id, contact, hello, type }) => {
    puppet.friendships.set(id, { id, contactId: contact, hello, type: type ?? 2, ticket: 't', timestamp: Date.now() })
    puppet.emit('friendship', { friendshipId: id })
  },
  fault: ({ method, ...fault }) => { puppet.faults[method] = fault },
  options: order => { Object.assign(puppet.options, order) },
  sent: () => puppet.sent,
  accepted: () => puppet.accepted,
  calls: () => puppet.calls,
  state: () => ({ state: puppet.state.active(), loggedIn: puppet.isLoggedIn }),
}

http.createServer((request, response) => {
  let body = ''
  request.on('data', chunk => { body += chunk })
  request.on('end', async () => {
    try {
      const order = JSON.parse(body)
      const answer = await commands[order.do](order)
      response.end(JSON.stringify(answer ?? null))
    } catch (error) {
      response.statusCode = 500
      response.end(JSON.stringify({ error: String(error) }))
    }
  })
}).listen(Number(controlPort), '127.0.0.1')

setInterval(() => { if (puppet.options.heartbeat) puppet.emit('heartbeat', { data: 'village' }) }, 500)

const tls = certFile
  ? { disable: false, serverCert: fs.readFileSync(certFile, 'utf8'), serverKey: fs.readFileSync(keyFile, 'utf8') }
  : { disable: true }
await new PuppetServer({ endpoint: `127.0.0.1:${port}`, puppet, token, tls }).start()
process.stdin.on('end', () => process.exit()).resume() // the test process is gone
console.log(JSON.stringify({ ready: true, pid: process.pid, port: Number(port), control: Number(controlPort) }))
