"""A bot of aiogram 3, as its documentation writes one."""

import asyncio
import os

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tests.faults.work import Journal, number_in, work

journal = Journal()
dispatcher = Dispatcher()
server = TelegramAPIServer.from_base(os.environ["TELEGRAM_URL"])
bot = Bot(os.environ["BOT_TOKEN"], session=AiohttpSession(api=server))


@dispatcher.message(F.text.startswith("/"))
async def answer(message: Message) -> None:
    number = number_in(message.text)
    with journal.run(number):
        if message.text.startswith("/work"):
            await work(number)
        await message.answer(f"done {number}")


async def set_webhook() -> None:
    await bot.set_webhook(f"http://127.0.0.1:{os.environ['PORT']}/aiogram", secret_token="s3cret")


if "PORT" in os.environ:
    dispatcher.startup.register(set_webhook)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token="s3cret").register(app, path="/aiogram")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]))
else:
    asyncio.run(dispatcher.start_polling(bot))
