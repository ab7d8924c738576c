"""Reads a whole topic of SRM with nothing of SRM: kafka-python, fastavro, and the schemas of the registry.

usage: reader.py BROKERS REGISTRY TOPIC     prints one JSON object a record, by partition and position
"""

import io
import json
import struct
import sys
import urllib.request

import fastavro
from kafka import KafkaConsumer, TopicPartition

brokers, registry, topic = sys.argv[1:4]
schemas = {}


def schema_of(number):
    if number not in schemas:
        with urllib.request.urlopen(f"{registry}/schemas/ids/{number}", timeout=30) as answer:
            schemas[number] = fastavro.parse_schema(json.loads(json.load(answer)["schema"]))
    return schemas[number]


def read(record):
    """Confluent's wire format: 0, the number of the schema in four bytes, the content and nothing behind it."""
    zero, number = struct.unpack(">bI", record.value[:5])
    if zero != 0:
        raise ValueError(f"not the Confluent wire format: {zero}")
    content = io.BytesIO(record.value[5:])
    data = fastavro.schemaless_reader(content, schema_of(number))
    if content.read(1):
        raise ValueError("something is left behind the content")
    headers = {name: value.decode() for name, value in record.headers}
    attributes = {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}
    return {
        "partition": record.partition,
        "position": record.offset,
        "key": record.key.decode(),
        "schema": schema_of(number)["name"],
        "attributes": attributes,
        "data": data,
    }


consumer = KafkaConsumer(bootstrap_servers=brokers.split(","), enable_auto_commit=False, auto_offset_reset="earliest")
places = [TopicPartition(topic, partition) for partition in sorted(consumer.partitions_for_topic(topic))]
consumer.assign(places)
consumer.seek_to_beginning(*places)
ends = consumer.end_offsets(places)
found = []
while any(consumer.position(place) < ends[place] for place in places):
    for records in consumer.poll(timeout_ms=1000).values():
        found.extend(read(record) for record in records)
consumer.close()
for one in sorted(found, key=lambda one: (one["partition"], one["position"])):
    print(json.dumps(one, ensure_ascii=True))
