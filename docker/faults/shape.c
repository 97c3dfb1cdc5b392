/*
 * Makes the packets that one queue of the packet filter hands over late, lost, doubled or damaged.
 *
 *   kernel ──► INPUT, rule `NFQUEUE` ──► queue ──► this program ──► the same chain again, marked ──► socket
 *                                                     │ held until its time has come
 *
 *   riftcheck-shape start STATE QUEUE MARK SEED [SETTING…]   returns once the queue is bound; goes on in the background
 *   riftcheck-shape count STATE                              prints packets affected so far, and what became of them
 *   riftcheck-shape end STATE                                lets go what is held, waits for its end, prints the same
 *
 * STATE is a file that the three share, QUEUE a number nobody else uses, MARK a bit that passed packets carry. Settings:
 *
 *   delay KIND A B           added to each packet's way: constant A | uniform A B | exponential MIN TAIL | log-normal MEDIAN SIGMA |
 *                            pareto MIN SHAPE; nanoseconds. Packets of one sender stay in order
 *   loss P                   probability
 *   duplication P            probability that a copy follows
 *   corruption P             probability that a bit behind the IP header is flipped; checksums stay, so that receivers notice
 *   reordering P KIND A B    probability of being held back, and for how long; later ones overtake
 *   rate BYTES QUEUE_NS      width for each sender, bytes a second; a packet that would wait longer than QUEUE_NS is lost
 *   hold                     everything waits for the end
 *
 * Copies go out through a raw socket with the mark set, to the address they were for. Needs NET_ADMIN and NET_RAW.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/netfilter.h>
#include <linux/netlink.h>
#include <math.h>
#include <netinet/ip.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <libnetfilter_queue/libnetfilter_queue.h>

/* More than any socket buffers here hold; the kernel drops what finds the queue full. */
#define HELD_MAX 65536
#define PACKET_MAX 65535
#define SENDERS_MAX 512
#define RECEIVE_BUFFER (8 << 20)
#define END_WITHIN_MS 10000
/* An hour outlasts whatever waits. */
#define LONGEST 3600000000000.0

enum kind { NONE, CONSTANT, UNIFORM, EXPONENTIAL, LOG_NORMAL, PARETO };
struct distribution {
  enum kind kind;
  double a, b;
};

static struct {
  struct distribution delay, hold_back;
  double loss, duplication, corruption, reordering;
  double bytes_per_second, queue;
  int hold;
} settings;

/* In a file, so that others see it while this goes on and when it is over. */
struct state {
  volatile int32_t pid;
  volatile uint32_t stop;
  volatile uint32_t ended;
  volatile uint64_t seen, affected, delayed, lost, duplicated, corrupted, reordered, held;
};
static struct state *state;

struct waiting {
  uint32_t id, mark;
  int64_t due, order;
};
static struct waiting heap[HELD_MAX];
static int waiting_count;
static int64_t arrivals;

struct sender {
  uint32_t address;
  int64_t last_due, free_at;
};
static struct sender senders[SENDERS_MAX];
static int sender_count;

static struct nfq_q_handle *queue;
static uint32_t passed_mark;
static int copies = -1;
static uint64_t chance_state;

static void fail(const char *what) {
  fprintf(stderr, "riftcheck-shape: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* ---- chance ---- */

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(void) {
  uint64_t z = (chance_state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/* In [0, 1). */
static double share(void) { return (double)(draw() >> 11) * 0x1p-53; }

static int happens(double probability) { return probability > 0 && share() < probability; }

static double normal(void) { return sqrt(-2 * log(1 - share())) * cos(2 * M_PI * share()); }

static int64_t length_of(struct distribution by) {
  double length = 0;
  switch (by.kind) {
    case NONE: break;
    case CONSTANT: length = by.a; break;
    case UNIFORM: length = by.a + share() * (by.b - by.a); break;
    case EXPONENTIAL: length = by.a - by.b * log(1 - share()); break;
    case LOG_NORMAL: length = by.a * exp(by.b * normal()); break;
    case PARETO: length = by.a * pow(1 - share(), -1 / by.b); break;
  }
  return (int64_t)fmin(length, LONGEST);
}

/* ---- what waits: a heap by time, then by arrival ---- */

static int is_before(struct waiting a, struct waiting b) {
  return a.due != b.due ? a.due < b.due : a.order < b.order;
}

static void keep(struct waiting packet) {
  int at = waiting_count++;
  while (at > 0 && is_before(packet, heap[(at - 1) / 2])) {
    heap[at] = heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  heap[at] = packet;
}

static struct waiting take_first(void) {
  struct waiting first = heap[0];
  struct waiting last = heap[--waiting_count];
  int at = 0;
  for (int child; (child = 2 * at + 1) < waiting_count; at = child) {
    if (child + 1 < waiting_count && is_before(heap[child + 1], heap[child])) child++;
    if (!is_before(heap[child], last)) break;
    heap[at] = heap[child];
  }
  heap[at] = last;
  return first;
}

/* ---- packets ---- */

static void pass(uint32_t id, uint32_t mark, uint32_t length, const unsigned char *data) {
  nfq_set_verdict2(queue, id, NF_REPEAT, mark | passed_mark, length, data);
}

static void pass_due(int64_t until) {
  while (waiting_count > 0 && heap[0].due <= until) {
    struct waiting packet = take_first();
    pass(packet.id, packet.mark, 0, NULL);
  }
}

static struct sender *sender_of(uint32_t address) {
  for (int i = 0; i < sender_count; i++)
    if (senders[i].address == address) return &senders[i];
  if (sender_count == SENDERS_MAX) return &senders[0];
  senders[sender_count] = (struct sender){.address = address};
  return &senders[sender_count++];
}

static void send_copy(const unsigned char *data, int length) {
  const struct iphdr *header = (const struct iphdr *)data;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = header->daddr};
  if (sendto(copies, data, (size_t)length, 0, (struct sockaddr *)&to, sizeof to) == length) {
    state->duplicated++;
    state->affected++;
  }
}

/* How long until a packet has passed its sender's bottleneck; negative: it is lost. */
static int64_t bottleneck(struct sender *from, int length, int64_t at) {
  if (settings.bytes_per_second <= 0) return 0;
  int64_t start = from->free_at > at ? from->free_at : at;
  if ((double)(start - at) > settings.queue) return -1;
  from->free_at = start + (int64_t)(length / settings.bytes_per_second * 1e9);
  return from->free_at - at;
}

static void lose(uint32_t id) {
  state->lost++;
  state->affected++;
  nfq_set_verdict(queue, id, NF_DROP, 0, NULL);
}

/* When a packet may go on. A packet that is held back to be overtaken does not hold up those behind it. */
static int64_t due_of(struct sender *from, int64_t at, int64_t narrow) {
  int64_t due = at + narrow + length_of(settings.delay);
  if (settings.delay.kind != NONE || narrow > 0) state->delayed++;
  if (due < from->last_due) due = from->last_due;
  from->last_due = due;
  if (!happens(settings.reordering)) return due;
  state->reordered++;
  return due + length_of(settings.hold_back);
}

static int handle(struct nfq_q_handle *handle_of, struct nfgenmsg *message, struct nfq_data *packet, void *unused) {
  (void)handle_of, (void)message, (void)unused;
  struct nfqnl_msg_packet_hdr *header = nfq_get_msg_packet_hdr(packet);
  if (!header) return 0;
  uint32_t id = ntohl(header->packet_id), mark = nfq_get_nfmark(packet);
  unsigned char *data;
  int length = nfq_get_payload(packet, &data);
  int64_t at = now();
  state->seen++;
  if (length < (int)sizeof(struct iphdr)) {
    pass(id, mark, 0, NULL);
    return 0;
  }
  struct iphdr *ip = (struct iphdr *)data;
  struct sender *from = sender_of(ip->saddr);
  if (settings.hold && waiting_count < HELD_MAX) {
    state->held++;
    state->affected++;
    keep((struct waiting){id, mark, INT64_MAX, arrivals++});
    return 0;
  }
  if (happens(settings.loss)) {
    lose(id);
    return 0;
  }
  int64_t narrow = bottleneck(from, length, at);
  if (narrow < 0) {
    lose(id);
    return 0;
  }
  if (happens(settings.duplication)) send_copy(data, length);
  int body = ip->ihl * 4;
  if (length > body && happens(settings.corruption)) {
    uint64_t bit = draw() % ((uint64_t)(length - body) * 8);
    data[body + (int)(bit / 8)] ^= (unsigned char)(1u << (bit % 8));
    state->corrupted++;
    state->affected++;
    pass(id, mark, (uint32_t)length, data);
    return 0;
  }
  int64_t due = due_of(from, at, narrow);
  if (due > at) state->affected++;
  if (due <= at || waiting_count == HELD_MAX) pass(id, mark, 0, NULL);
  else keep((struct waiting){id, mark, due, arrivals++});
  return 0;
}

/* ---- the program ---- */

static struct distribution distribution_of(char **words) {
  static const char *names[] = {"", "constant", "uniform", "exponential", "log-normal", "pareto"};
  for (int kind = CONSTANT; kind <= PARETO; kind++)
    if (!strcmp(words[0], names[kind])) return (struct distribution){kind, atof(words[1]), atof(words[2])};
  fprintf(stderr, "riftcheck-shape: %s is no distribution\n", words[0]);
  exit(64);
}

static void read_settings(int count, char **words) {
  for (int i = 0; i < count; i++) {
    int left = count - i - 1;
    if (!strcmp(words[i], "hold")) settings.hold = 1;
    else if (!strcmp(words[i], "loss") && left >= 1) settings.loss = atof(words[++i]);
    else if (!strcmp(words[i], "duplication") && left >= 1) settings.duplication = atof(words[++i]);
    else if (!strcmp(words[i], "corruption") && left >= 1) settings.corruption = atof(words[++i]);
    else if (!strcmp(words[i], "delay") && left >= 3) {
      settings.delay = distribution_of(words + i + 1);
      i += 3;
    } else if (!strcmp(words[i], "reordering") && left >= 4) {
      settings.reordering = atof(words[i + 1]);
      settings.hold_back = distribution_of(words + i + 2);
      i += 4;
    } else if (!strcmp(words[i], "rate") && left >= 2) {
      settings.bytes_per_second = atof(words[i + 1]);
      settings.queue = atof(words[i + 2]);
      i += 2;
    } else {
      fprintf(stderr, "riftcheck-shape: unknown setting %s\n", words[i]);
      exit(64);
    }
  }
}

static struct state *map_state(const char *path) {
  int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof(struct state)) < 0) fail(path);
  void *mapped = mmap(NULL, sizeof(struct state), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) fail(path);
  close(file);
  return mapped;
}

static void print_counts(void) {
  printf("affected %" PRIu64 " seen %" PRIu64 " delayed %" PRIu64 " lost %" PRIu64 " duplicated %" PRIu64
         " corrupted %" PRIu64 " reordered %" PRIu64 " held %" PRIu64 "\n",
         state->affected, state->seen, state->delayed, state->lost, state->duplicated, state->corrupted,
         state->reordered, state->held);
}

static void open_copies(void) {
  int yes = 1;
  copies = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
  if (copies < 0 || setsockopt(copies, SOL_SOCKET, SO_MARK, &passed_mark, sizeof passed_mark) < 0 ||
      setsockopt(copies, IPPROTO_IP, IP_HDRINCL, &yes, sizeof yes) < 0)
    fail("raw socket");
}

static struct nfq_handle *bind_queue(uint16_t number) {
  struct nfq_handle *library = nfq_open();
  if (!library) fail("NFQUEUE");
  queue = nfq_create_queue(library, number, handle, NULL);
  if (!queue) fail("binding the queue");
  if (nfq_set_mode(queue, NFQNL_COPY_PACKET, PACKET_MAX) < 0) fail("copying packets");
  if (nfq_set_queue_maxlen(queue, HELD_MAX) < 0) fail("length of the queue");
  int size = RECEIVE_BUFFER, yes = 1;
  setsockopt(nfq_fd(library), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
  /* A full buffer loses messages, not the program. */
  setsockopt(nfq_fd(library), SOL_NETLINK, NETLINK_NO_ENOBUFS, &yes, sizeof yes);
  return library;
}

static void serve(struct nfq_handle *library) {
  static char buffer[PACKET_MAX + 4096];
  /* A stop is looked for this often; a packet's time ends the wait too. */
  const int64_t patience = 20000000;
  while (!state->stop) {
    pass_due(now());
    int64_t wait = patience;
    if (waiting_count > 0 && heap[0].due - now() < wait) wait = heap[0].due - now();
    struct timespec length = {0, wait < 0 ? 0 : wait};
    struct pollfd file = {nfq_fd(library), POLLIN, 0};
    if (ppoll(&file, 1, &length, NULL) <= 0) continue;
    for (ssize_t got; (got = recv(file.fd, buffer, sizeof buffer, MSG_DONTWAIT)) > 0;)
      nfq_handle_packet(library, buffer, (int)got);
  }
  /* What the kernel had handed over by now goes on as well. */
  settings = (__typeof__(settings)){0};
  for (ssize_t got; (got = recv(nfq_fd(library), buffer, sizeof buffer, MSG_DONTWAIT)) > 0;)
    nfq_handle_packet(library, buffer, (int)got);
  pass_due(INT64_MAX);
  nfq_destroy_queue(queue);
  nfq_close(library);
  state->ended = 1;
}

static void start(int argc, char **argv) {
  memset((void *)state, 0, sizeof *state);
  passed_mark = (uint32_t)strtoul(argv[4], NULL, 0);
  chance_state = strtoull(argv[5], NULL, 10);
  read_settings(argc - 6, argv + 6);
  open_copies();
  /* The queue belongs to the process that binds it: bound by the child, whose word the parent waits for. */
  int word[2];
  if (pipe(word) < 0) fail("pipe");
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child > 0) {
    char byte;
    close(word[1]);
    if (read(word[0], &byte, 1) != 1) exit(1);
    state->pid = child;
    return;
  }
  close(word[0]);
  struct nfq_handle *library = bind_queue((uint16_t)atoi(argv[3]));
  if (write(word[1], "+", 1) != 1) fail("pipe");
  close(word[1]);
  setsid();
  for (int stream = 0; stream < 3; stream++) close(stream);
  serve(library);
  _exit(0);
}

/* Not so if it ended, whether or not anybody has asked for its exit code. */
static int runs(pid_t pid) {
  char path[32], facts[512];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t length = fread(facts, 1, sizeof facts - 1, file);
  fclose(file);
  facts[length] = 0;
  char *name_end = strrchr(facts, ')');
  return name_end && name_end[1] && name_end[2] != 'Z' && name_end[2] != 'X';
}

static void end(void) {
  state->stop = 1;
  for (int waited = 0; !state->ended && state->pid > 0 && runs(state->pid); waited++) {
    struct timespec length = {0, 1000000};
    nanosleep(&length, NULL);
    /* Where the program is gone, packets pass. */
    if (waited == END_WITHIN_MS) {
      kill(state->pid, SIGKILL);
      fprintf(stderr, "riftcheck-shape: did not end within %d ms and was killed\n", END_WITHIN_MS);
      exit(1);
    }
  }
}

int main(int argc, char **argv) {
  const char *verb = argc > 2 ? argv[1] : "";
  if (argc > 2) state = map_state(argv[2]);
  if (!strcmp(verb, "start") && argc > 5) start(argc, argv);
  else if (!strcmp(verb, "count")) print_counts();
  else if (!strcmp(verb, "end")) {
    end();
    print_counts();
  } else {
    fprintf(stderr, "riftcheck-shape: start|count|end …\n");
    return 64;
  }
  return 0;
}
