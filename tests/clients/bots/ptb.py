"""A bot of python-telegram-bot, as its documentation writes one."""

import os

from pictures import PIXEL
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Update,
)
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

Context = ContextTypes.DEFAULT_TYPE


async def start(update: Update, context: Context) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Again", callback_data="again")]])
    await update.message.reply_text(f"Hello {update.effective_user.first_name}", reply_markup=keyboard)


async def again(update: Update, context: Context) -> None:
    await update.callback_query.edit_message_text("Hello again")
    await update.callback_query.answer("done")


async def inline(update: Update, context: Context) -> None:
    text = InputTextMessageContent(f"echo {update.inline_query.query}")
    await update.inline_query.answer([InlineQueryResultArticle("1", "Echo", text)])


async def send_files(update: Update, context: Context) -> None:
    await update.message.reply_document(b"hello", filename="hello.txt", caption="a file")
    await update.message.reply_photo(PIXEL, caption="a photo")


async def back(update: Update, context: Context) -> None:
    await update.message.forward(update.effective_chat.id)


async def receive(update: Update, context: Context) -> None:
    attachment = update.message.document or update.message.photo[-1]
    content = await (await attachment.get_file()).download_as_bytearray()
    await update.message.reply_text(f"{len(content)} bytes")


application = (
    Application.builder()
    .token(os.environ["BOT_TOKEN"])
    .base_url(f"{os.environ['TELEGRAM_URL']}/bot")
    .base_file_url(f"{os.environ['TELEGRAM_URL']}/file/bot")
    .build()
)
application.add_handler(CommandHandler("start", start))
application.add_handler(CommandHandler("files", send_files))
application.add_handler(CommandHandler("back", back))
application.add_handler(MessageHandler(filters.Document.ALL | filters.PHOTO, receive))
application.add_handler(CallbackQueryHandler(again))
application.add_handler(InlineQueryHandler(inline))

if port := os.environ.get("PORT"):
    url = f"http://127.0.0.1:{port}/ptb"
    application.run_webhook("127.0.0.1", int(port), url_path="ptb", webhook_url=url, secret_token="s3cret")
else:
    application.run_polling()
