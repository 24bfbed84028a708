// A bot of grammY, as its documentation writes one.

import { createServer } from "node:http";
import { Bot, InlineKeyboard, InlineQueryResultBuilder, InputFile, webhookCallback } from "grammy";

const { BOT_TOKEN, TELEGRAM_URL, PORT, PIXEL } = process.env;
const canUseWebhookReply = (method) => method === "forwardMessage";
const bot = new Bot(BOT_TOKEN, { client: { apiRoot: TELEGRAM_URL, canUseWebhookReply } });

bot.command("start", (ctx) =>
  ctx.reply(`Hello ${ctx.from.first_name}`, { reply_markup: new InlineKeyboard().text("Again", "again") }));

bot.callbackQuery("again", async (ctx) => {
  await ctx.editMessageText("Hello again");
  await ctx.answerCallbackQuery("done");
});

bot.on("inline_query", (ctx) =>
  ctx.answerInlineQuery([InlineQueryResultBuilder.article("1", "Echo").text(`echo ${ctx.inlineQuery.query}`)]));

bot.command("files", async (ctx) => {
  await ctx.replyWithDocument(new InputFile(Buffer.from("hello"), "hello.txt"), { caption: "a file" });
  await ctx.replyWithPhoto(new InputFile(Buffer.from(PIXEL, "base64"), "pixel.png"), { caption: "a photo" });
});

bot.command("back", (ctx) => ctx.forwardMessage(ctx.chat.id));

bot.on(["message:document", "message:photo"], async (ctx) => {
  const file = await ctx.getFile();
  const response = await fetch(`${TELEGRAM_URL}/file/bot${BOT_TOKEN}/${file.file_path}`);
  await ctx.reply(`${(await response.arrayBuffer()).byteLength} bytes`);
});

bot.catch((error) => console.error(error.message));

let stop = () => bot.stop();
if (PORT) {
  const handle = webhookCallback(bot, "http", { secretToken: "s3cret" });
  const server = createServer(async (request, response) => {
    try {
      await handle(request, response);
    } catch (error) {
      console.error(error.message);
      response.writeHead(500).end();
    }
  });
  server.listen(Number(PORT), "127.0.0.1");
  await bot.api.setWebhook(`http://127.0.0.1:${PORT}/grammy`, { secret_token: "s3cret" });
  stop = () => server.close(() => process.exit(0)) && server.closeAllConnections();
} else {
  bot.start();
}
process.once("SIGINT", () => stop());
