DROP TABLE spoken_replies;
