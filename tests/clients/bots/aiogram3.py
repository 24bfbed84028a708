"""A bot of aiogram 3, as its documentation writes one."""

import asyncio
import io
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, CommandStart
from aiogram.methods import ForwardMessage
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web
from pictures import PIXEL

dispatcher = Dispatcher()
server = TelegramAPIServer.from_base(os.environ["TELEGRAM_URL"])
bot = Bot(os.environ["BOT_TOKEN"], session=AiohttpSession(api=server))


@dispatcher.message(CommandStart())
async def start(message: Message) -> None:
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Again", callback_data="again")]])
    await message.answer(f"Hello {message.from_user.first_name}", reply_markup=keyboard)


@dispatcher.callback_query(F.data == "again")
async def again(query: CallbackQuery) -> None:
    await query.message.edit_text("Hello again")
    await query.answer("done")


@dispatcher.inline_query()
async def inline(query: InlineQuery) -> None:
    text = InputTextMessageContent(message_text=f"echo {query.query}")
    await query.answer([InlineQueryResultArticle(id="1", title="Echo", input_message_content=text)])


@dispatcher.message(Command("files"))
async def send_files(message: Message) -> None:
    await message.answer_document(BufferedInputFile(b"hello", "hello.txt"), caption="a file")
    await message.answer_photo(BufferedInputFile(PIXEL, "pixel.png"), caption="a photo")


@dispatcher.message(Command("back"))
async def back(message: Message) -> ForwardMessage:
    return message.forward(message.chat.id)


@dispatcher.message(F.document | F.photo)
async def receive(message: Message) -> None:
    content = await bot.download(message.document or message.photo[-1], io.BytesIO())
    await message.answer(f"{len(content.getvalue())} bytes")


async def set_webhook() -> None:
    await bot.set_webhook(f"http://127.0.0.1:{os.environ['PORT']}/aiogram", secret_token="s3cret")


if "PORT" in os.environ:
    dispatcher.startup.register(set_webhook)
    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token="s3cret")
    handler.register(app, path="/aiogram")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]))
else:
    asyncio.run(dispatcher.start_polling(bot))
