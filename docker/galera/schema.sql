-- What clients keep, one table for each kind of object; values and elements are JSON text.
CREATE DATABASE riftcheck CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
USE riftcheck;
CREATE TABLE registers (k varchar(191) PRIMARY KEY, v longtext);
CREATE TABLE elements (k varchar(191), e varchar(500), PRIMARY KEY (k, e));
CREATE TABLE lists (k varchar(191) PRIMARY KEY, v longtext NOT NULL);
CREATE TABLE counters (k varchar(191) PRIMARY KEY, n bigint NOT NULL);
CREATE TABLE accounts (k varchar(191), name varchar(191), n bigint NOT NULL, PRIMARY KEY (k, name));
CREATE USER riftcheck@'%';
GRANT ALL ON riftcheck.* TO riftcheck@'%';
