"""A bot of pyTelegramBotAPI, as its documentation writes one."""

import os

import telebot
from pictures import PIXEL
from telebot import apihelper
from telebot.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)

apihelper.API_URL = os.environ["TELEGRAM_URL"] + "/bot{0}/{1}"
apihelper.FILE_URL = os.environ["TELEGRAM_URL"] + "/file/bot{0}/{1}"
bot = telebot.TeleBot(os.environ["BOT_TOKEN"])


@bot.message_handler(commands=["start"])
def start(message: Message) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Again", callback_data="again")]])
    bot.send_message(message.chat.id, f"Hello {message.from_user.first_name}", reply_markup=keyboard)


@bot.callback_query_handler(func=lambda query: query.data == "again")
def again(query: CallbackQuery) -> None:
    bot.edit_message_text("Hello again", query.message.chat.id, query.message.message_id)
    bot.answer_callback_query(query.id, "done")


@bot.inline_handler(func=lambda query: True)
def inline(query: InlineQuery) -> None:
    text = InputTextMessageContent(f"echo {query.query}")
    bot.answer_inline_query(query.id, [InlineQueryResultArticle("1", "Echo", text)])


@bot.message_handler(commands=["files"])
def send_files(message: Message) -> None:
    bot.send_document(message.chat.id, b"hello", visible_file_name="hello.txt", caption="a file")
    bot.send_photo(message.chat.id, PIXEL, caption="a photo")


@bot.message_handler(commands=["back"])
def back(message: Message) -> None:
    bot.forward_message(message.chat.id, message.chat.id, message.message_id)


@bot.message_handler(content_types=["document", "photo"])
def receive(message: Message) -> None:
    attachment = message.document or message.photo[-1]
    content = bot.download_file(bot.get_file(attachment.file_id).file_path)
    bot.send_message(message.chat.id, f"{len(content)} bytes")


if port := os.environ.get("PORT"):
    bot.run_webhooks(listen="127.0.0.1", port=int(port), url_path="telebot", secret_token="s3cret")
else:
    bot.infinity_polling(timeout=5, long_polling_timeout=5)
