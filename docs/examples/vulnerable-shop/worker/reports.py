"""Reads the database for exports."""

import os
from datetime import date

import psycopg

COLUMNS = ("id", "customer", "total_cents")
PERIODS = {"day": "1 day", "week": "7 days", "month": "30 days"}


def connect():
    return psycopg.connect(os.environ["DATABASE_URL"])


def orders_of(customer: str) -> list:
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM orders WHERE customer = %s", (customer,))
        return cursor.fetchall()


def orders_between(first: date, last: date, customers: list) -> list:
    marks = ", ".join("%s" for _ in customers)
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM orders WHERE created_at BETWEEN %s AND %s AND customer IN ({marks})",
            [first, last, *customers],
        )
        return cursor.fetchall()


def find_customers(name: str, limit: int = 50) -> list:
    query = "SELECT id, name, mail FROM customers WHERE name LIKE '%" + name + "%'"
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(query + f" LIMIT {limit}")
        return cursor.fetchall()


def recent(period: str) -> list:
    if period not in PERIODS:
        raise ValueError(period)
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM orders WHERE created_at > now() - interval '{PERIODS[period]}'")
        return cursor.fetchall()


def summary() -> dict:
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(total_cents) FROM orders")
        count, total = cursor.fetchone()
    return {"count": count, "total_cents": int(total or 0)}
