// A bot of grammY with its runner, as its documentation writes one; with ORDERED=1 the order in each chat is kept.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../clients/grammy/", import.meta.url));
const { Bot, webhookCallback } = require("grammy");
const { run, sequentialize } = require("@grammyjs/runner");

const { BOT_TOKEN, TELEGRAM_URL, PORT, LINKS, SECRET, ORDERED } = process.env;
const known = new Map(Object.entries(JSON.parse(readFileSync(LINKS))));
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: TELEGRAM_URL } });

if (ORDERED) bot.use(sequentialize((ctx) => String(ctx.chat.id)));
bot.hears(/^\/postno([0-9]{4,9})(?:@ourbot)?$/, (ctx) => {
  const number = ctx.match[1];
  const url = known.get(number);
  return ctx.reply(url ? `🔗 Link for post ${number}: ${url}` : `Post ${number} was not found`);
});
bot.catch((error) => console.error(error.message));

if (PORT) {
  createServer(webhookCallback(bot, "http", { secretToken: SECRET })).listen(Number(PORT), "127.0.0.1");
  await bot.api.setWebhook("https://example.org/telegram", { secret_token: SECRET });
} else {
  run(bot);
}
